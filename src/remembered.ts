const LIFETIME_MS = 60_000;

/** Keeps the answers of calls for a minute, so that typing into a list does not ask Dataverse at each key. */
export class Remembered<T> {
  private readonly answers = new Map<string, { answer: Promise<T>; until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** The answer under a key, asked for where there is none or only an old one. One that fails is not kept. */
  get(key: string, ask: () => Promise<T>): Promise<T> {
    for (const [old, { until }] of this.answers) {
      if (until <= this.now()) {
        this.answers.delete(old);
      }
    }
    const known = this.answers.get(key);
    if (known) {
      return known.answer;
    }
    const answer = ask();
    this.answers.set(key, { answer, until: this.now() + LIFETIME_MS });
    answer.catch(() => this.answers.delete(key));
    return answer;
  }
}
