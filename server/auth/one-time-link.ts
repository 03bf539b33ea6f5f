import { createSecret, isSameSecret } from "./secrets.ts";

/** Opens one session, once, for a while. After it was used or has run out, there is a new one. */
export interface OneTimeLink {
  /** The token that works now. */
  token(): string;
  /** True once for the token that works now. */
  take(token: string): boolean;
  close(): void;
}

/** `onChange` hears of every new token, so that it can be written where its owner finds it. */
export function createOneTimeLink(given: { lifetimeMs: number; onChange: (token: string) => void }): OneTimeLink {
  let current = createSecret();
  let timer: NodeJS.Timeout;
  const expireLater = () => {
    clearTimeout(timer);
    timer = setTimeout(renew, given.lifetimeMs);
    timer.unref();
  };
  const renew = () => {
    current = createSecret();
    expireLater();
    given.onChange(current);
  };
  expireLater();
  return {
    token: () => current,
    take: (token) => {
      if (!isSameSecret(token, current)) return false;
      renew();
      return true;
    },
    close: () => clearTimeout(timer),
  };
}
