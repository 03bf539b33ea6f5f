import { ApiError } from "../../api-error.ts";
import type { Mode } from "../../contract/session.ts";
import { createOneTimeLink, type OneTimeLink } from "../one-time-link.ts";

/** The printed link that makes the first owner, as long as team mode has nobody. */
export interface OwnerLink {
  /** Offers the link from now on, if there is need for one, and answers it; otherwise null. */
  offer(): Promise<string | null>;
  /** Runs `make` for whoever brings the token. Throws `ApiError`: `gone` for another token, `conflict` when there is somebody already. */
  take<T>(token: string, make: () => Promise<T>): Promise<T>;
  close(): void;
}

const LIFETIME_MS = 15 * 60_000;

/** `onChange` hears of every new link, to print it and to write it where its owner finds it, and of null when there is none any more. */
export function createOwnerLink(given: {
  url: string;
  mode(): Mode;
  hasUsers(): Promise<boolean>;
  onChange(ownerUrl: string | null): void;
  lifetimeMs?: number;
}): OwnerLink {
  let link: OneTimeLink | undefined;
  let isTaking = false;
  let queue: Promise<unknown> = Promise.resolve();
  const urlOf = (token: string) => `${given.url}/owner/${token}`;
  const tell = () => {
    if (link && !isTaking) given.onChange(urlOf(link.token()));
  };
  const end = () => {
    link?.close();
    link = undefined;
    given.onChange(null);
  };
  const isNeeded = async () => given.mode() === "team" && !(await given.hasUsers());

  const takeNow = async <T>(token: string, make: () => Promise<T>): Promise<T> => {
    if (!link?.take(token)) {
      if (await isNeeded()) throw new ApiError("gone", "This link has been used or has run out. The server's log, and its file server.json, have a fresh one.");
      throw new ApiError("conflict", "There is an owner already. Sign in, or ask them to invite you.");
    }
    return make();
  };
  return {
    offer: async () => {
      if (!(await isNeeded())) {
        if (link) end();
        return null;
      }
      if (!link) {
        link = createOneTimeLink({ lifetimeMs: given.lifetimeMs ?? LIFETIME_MS, onChange: tell });
        tell();
      }
      return urlOf(link.token());
    },
    // one after another: whoever comes second with the same link learns who was first
    take: (token, make) => {
      const result = queue.then(async () => {
        isTaking = true;
        try {
          return await takeNow(token, make);
        } finally {
          isTaking = false;
          if (await isNeeded()) tell();
          else if (link) end();
        }
      });
      queue = result.catch(() => undefined);
      return result;
    },
    close: () => link?.close(),
  };
}
