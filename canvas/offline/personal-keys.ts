/** What this browser remembers whoever uses it: how the page looks. */
const SHARED: ReadonlySet<string> = new Set(["heddle.theme", "heddle.side-panel"]);
const PREFIX = "heddle.";
const OWNER = "heddle.person";

type Keys = Pick<Storage, "length" | "key" | "getItem" | "setItem" | "removeItem">;

/** Forgets what a person left here beside their drafts: inputs of runs, what was chosen last, the workspace. */
export function forgetPersonalKeys(storage = browserStorage()): void {
  if (!storage) return;
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index));
  for (const key of keys) if (key?.startsWith(PREFIX) && !SHARED.has(key)) storage.removeItem(key);
}

/** What is remembered is one person's: somebody else begins with nothing. */
export function personalKeysAreOf(person: string, storage = browserStorage()): void {
  try {
    if (!storage || storage.getItem(OWNER) === person) return;
    // of a time when it was not noted whose they are
    if (storage.getItem(OWNER) !== null) forgetPersonalKeys(storage);
    storage.setItem(OWNER, person);
  } catch {
    // a browser that stores nothing has nothing to forget
  }
}

function browserStorage(): Keys | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
