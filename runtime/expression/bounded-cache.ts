/** A least-recently-used cache bounded by entries and by the total length of its keys. */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, Value>();
  readonly #maxEntries: number;
  readonly #maxLength: number;
  #length = 0;

  constructor(maxEntries: number, maxLength: number) {
    this.#maxEntries = maxEntries;
    this.#maxLength = maxLength;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string, create: (key: string) => Value): Value {
    const found = this.#entries.get(key);
    if (found !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, found);
      return found;
    }
    const value = create(key);
    if (key.length > this.#maxLength) return value;
    this.#entries.set(key, value);
    this.#length += key.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#length <= this.#maxLength) break;
      this.#entries.delete(oldest);
      this.#length -= oldest.length;
    }
    return value;
  }
}
