/** The last bytes of an endless output. */
export interface ByteTail {
  add(chunk: Buffer): void;
  /** What is kept, as UTF-8. */
  text(): string;
}

export function createByteTail(limit: number): ByteTail {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    add: (chunk) => {
      chunks.push(chunk);
      size += chunk.length;
      // Compacting at twice the limit keeps the cost per byte constant.
      if (size <= limit * 2 && chunks.length <= 1024) return;
      const kept = Buffer.from(Buffer.concat(chunks).subarray(-limit));
      chunks = [kept];
      size = kept.length;
    },
    text: () => Buffer.concat(chunks).subarray(-limit).toString("utf8"),
  };
}
