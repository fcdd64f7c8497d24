// When a card is asked again, by FSRS. The same answer at the same time always gives the same day: nothing is left to chance.
import { createEmptyCard, fsrs, generatorParameters } from "../../vendor/ts-fsrs/ts-fsrs.min.js";

const scheduler = fsrs(generatorParameters({ enable_fuzz: false, maximum_interval: 365 }));

const alive = (kept, now) =>
  kept ? { ...kept, due: new Date(kept.due), last_review: new Date(kept.last_review) } : createEmptyCard(now);

const plain = (card, first) => ({
  due: card.due.toISOString(),
  stability: card.stability,
  difficulty: card.difficulty,
  elapsed_days: card.elapsed_days ?? 0,
  scheduled_days: card.scheduled_days,
  learning_steps: card.learning_steps,
  reps: card.reps,
  lapses: card.lapses,
  state: card.state,
  last_review: card.last_review.toISOString(),
  first,
});

/** Return what each grade, 1 to 4, would make of a card: the cards to keep, by grade. */
export function outcomes(kept, now = new Date()) {
  const card = alive(kept, now);
  const first = kept?.first ?? now.toISOString();
  return new Map([1, 2, 3, 4].map((grade) => [grade, plain(scheduler.next(card, now, grade).card, first)]));
}
