import type { IncomingMessage } from "node:http";

export function readCookie({ headers }: Pick<IncomingMessage, "headers">, name: string): string | undefined {
  const prefix = `${name}=`;
  const found = headers.cookie?.split(";").find((part) => part.trim().startsWith(prefix));
  return found?.trim().slice(prefix.length);
}

/** A `Set-Cookie` that scripts of a page cannot read and other sites cannot send. `seconds` 0 removes it. */
export function sessionCookie(name: string, given: { value: string; seconds: number; isSecure: boolean }): string {
  return `${name}=${given.value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${given.seconds}${given.isSecure ? "; Secure" : ""}`;
}
