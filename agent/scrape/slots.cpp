#include "agent/scrape/slots.hpp"

#include <utility>

namespace agent::scrape {

void Slot::go_beside(async::Semaphore::Permit beside) {
  beside_ = std::move(beside);
  is_beside_ = true;
  metrics_.beside(1);
}

void Slot::note_hanging() {
  if (!std::exchange(hangs_, true)) ++entry_->hanging;
}

void Slot::move(async::Semaphore::Permit beside) {
  go_beside(std::move(beside));
  of_node_.release();
}

void Slot::release() {
  if (std::exchange(is_beside_, false)) metrics_.beside(-1);
  if (std::exchange(hangs_, false)) --entry_->hanging;
  of_node_.release();
  of_target_.release();
  beside_.release();
}

Slots::Slots(const async::Executor& executor, async::AsyncClock& clock, ScrapeMetrics& metrics, async::TaskGroup& timers)
    : clock_(clock), metrics_(metrics), timers_(timers), of_node_(executor, 1), beside_(executor, slots_beside(0)) {
  metrics_.in_flight(0);
  metrics_.beside(0);
}

void Slots::configure(std::size_t max_in_flight, std::size_t targets) {
  of_node_.set_limit(max_in_flight);
  beside_.set_limit(slots_beside(targets));
  metrics_.max_in_flight(max_requests(max_in_flight, targets));
}

async::Task<std::shared_ptr<Slot>> Slots::acquire(std::shared_ptr<TargetEntry> entry) {
  const auto slot = std::make_shared<Slot>(metrics_, entry);
  for (;;) {  // what is known of the target may change while it waits
    if (entry->is_proven()) {
      slot->of_node_ = co_await of_node_.acquire();
      if (entry->is_proven()) co_return slot;
    } else {
      slot->of_target_ = co_await entry->unproven.acquire();
      if (!entry->is_proven()) {
        auto beside = co_await beside_.acquire();
        slot->go_beside(std::move(beside));
        co_return slot;
      }
    }
    slot->release();
  }
}

void Slots::begin(const std::shared_ptr<Slot>& slot, Duration duration) {
  if (!slot->is_beside_) timers_.spawn(watch(slot, clock_.now() + duration + kPatience));
}

async::Task<void> Slots::watch(std::weak_ptr<Slot> slot, SteadyTime when) {
  co_await clock_.sleep_until(when);
  if (const auto held = slot.lock()) held->note_hanging();
  if (slot.expired()) co_return;
  auto beside = co_await beside_.acquire();
  if (const auto held = slot.lock()) held->move(std::move(beside));
}

}  // namespace agent::scrape
