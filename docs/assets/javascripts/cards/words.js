// The words of the cards, in the language of the page, and how times are said.

const norwegian = document.documentElement.lang.startsWith("n");
const language = norwegian ? "nb" : "en-GB";

export const words = norwegian
  ? {
      ask: "Hvor godt kunne du det?",
      grades: ["Igjen", "Vanskelig", "Godt", "Lett"],
      again: (time) => `Spørres igjen om ${time}.`,
      lost: "Nettleseren lagrer ikke dette.",
      title: "Øving",
      all: "Alle moduler",
      module: "Moduler",
      fresh: "Nye om dagen",
      start: "Begynn",
      reveal: "Vis svaret",
      page: "Les det på siden",
      stop: "Avslutt",
      counts: (due, fresh, known) => `${due} å repetere, ${fresh} nye i dag, ${known} påbegynt.`,
      done: "Ferdig for nå.",
      next: (time) => `Neste spørsmål om ${time}.`,
      failed: "Svaret kunne ikke hentes.",
      save: "Lagre fremgangen i en fil",
      load: "Hent fremgang fra en fil",
      forget: "Glem all fremgang",
      sure: "Glemme alt som er lagret om kortene i denne nettleseren?",
      forgotten: "Alt er glemt.",
      taken: (count) => (count === 1 ? "Ett kort er hentet." : `${count} kort er hentet.`),
      refused: "Filen er ikke en lagret fremgang.",
      keys: "Mellomrom viser svaret; 1 til 4 setter karakteren.",
    }
  : {
      ask: "How well did you know it?",
      grades: ["Again", "Hard", "Good", "Easy"],
      again: (time) => `Asked again in ${time}.`,
      lost: "This browser doesn't keep it.",
      title: "Practice",
      all: "All modules",
      module: "Modules",
      fresh: "New a day",
      start: "Start",
      reveal: "Show the answer",
      page: "Read it on its page",
      stop: "Stop",
      counts: (due, fresh, known) => `${due} to repeat, ${fresh} new today, ${known} begun.`,
      done: "Done for now.",
      next: (time) => `The next question is due in ${time}.`,
      failed: "The answer could not be fetched.",
      save: "Save your progress to a file",
      load: "Take progress from a file",
      forget: "Forget all progress",
      sure: "Forget all that this browser keeps of the cards?",
      forgotten: "All is forgotten.",
      taken: (count) => (count === 1 ? "One card was taken over." : `${count} cards were taken over.`),
      refused: "That file holds no saved progress.",
      keys: "Space shows the answer, 1 to 4 grade it.",
    };

const UNITS = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** Return a time span in its largest unit: "10 min", "3 days". */
export function span(milliseconds, display = "short") {
  const [unit, size] = UNITS.find(([, size]) => milliseconds >= size * 0.95) ?? UNITS.at(-1);
  const count = Math.max(1, Math.round(milliseconds / size));
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: display }).format(count);
}

/** Return how long it is until a date, in whole words. */
export const when = (date) => span(Date.parse(date) - Date.now(), "long");
