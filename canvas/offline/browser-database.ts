const NAME = "heddle";
const VERSION = 1;
/** Some browsers never answer when storage is broken; the canvas goes on without it. */
const OPEN_MS = 2_000;

export type StoreName = "drafts" | "updates" | "marks" | "answers";

let opened: Promise<IDBDatabase | undefined> | undefined;

/**
 * What this browser keeps for working without the server: drafts, their updates, marks of what is not saved, answers of the API.
 * Undefined where nothing can be kept: storage is switched off, full, or held back by an older page.
 */
export function browserDatabase(): Promise<IDBDatabase | undefined> {
  opened ??= open();
  return opened;
}

function open(): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    let isLate = false;
    const giveUp = () => {
      isLate = true;
      resolve(undefined);
    };
    const timer = setTimeout(giveUp, OPEN_MS);
    try {
      const request = indexedDB.open(NAME, VERSION);
      request.onupgradeneeded = () => makeStores(request.result);
      request.onerror = giveUp;
      request.onsuccess = () => {
        clearTimeout(timer);
        if (isLate) return request.result.close();
        resolve(watched(request.result));
      };
    } catch {
      giveUp();
    }
  });
}

function makeStores(database: IDBDatabase): void {
  database.createObjectStore("drafts", { keyPath: "key" });
  database.createObjectStore("updates", { autoIncrement: true }).createIndex("draft", "draft");
  database.createObjectStore("marks", { keyPath: ["draft", "window"] });
  database.createObjectStore("answers", { keyPath: "key" });
}

/** Makes way for a newer page, and is opened again when the browser closed it. */
function watched(database: IDBDatabase): IDBDatabase {
  const forget = () => {
    opened = undefined;
  };
  database.onversionchange = () => {
    database.close();
    forget();
  };
  database.onclose = forget;
  return database;
}

/** The answer to a request. */
export function answerOf<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when the browser has stored what a transaction wrote. */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("The browser stored nothing."));
  });
}
