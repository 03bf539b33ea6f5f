/** What a value has at a file it refers to, and at a large value of it that lies in the blob store. */
const FILE = '"$asset":';
const BLOB = '"type":"blob"';
const HASH = /^[0-9a-f]{64}$/;

/** Whether a JSON text may refer to files or stored values: cheaper than to look for them, and nearly always false. */
export function mayRefer(json: string): boolean {
  return json.includes(FILE) || json.includes(BLOB);
}

/** The hashes of the files and stored values that a value refers to, each once. */
export function referredHashes(value: unknown): Set<string> {
  return hashesIn(value, (part) => ("$asset" in part ? part.$asset : "type" in part && part.type === "blob" && "hash" in part ? part.hash : undefined));
}

/** The hashes of the files alone, however deep they are named, and whether or not they are told in full. */
export function fileHashes(value: unknown): Set<string> {
  return hashesIn(value, (part) => ("$asset" in part ? part.$asset : undefined));
}

function hashesIn(value: unknown, hashOf: (part: object) => unknown): Set<string> {
  const found = new Set<string>();
  const rest: unknown[] = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== "object" || next === null) continue;
    const hash = hashOf(next);
    if (typeof hash === "string" && HASH.test(hash)) found.add(hash);
    for (const inner of Object.values(next)) if (typeof inner === "object") rest.push(inner);
  }
  return found;
}
