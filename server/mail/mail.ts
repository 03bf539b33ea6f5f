import { isLoopbackHost } from "../config.ts";
import type { Logger } from "../logger.ts";

export interface Letter {
  to: string;
  subject: string;
  /** Plain text; may hold the token of a link. */
  text: string;
}

/** Mails of Heddle: links to people. */
export interface Mail {
  /** Whether there is a mail server. Without one, links are printed to the log or copied by hand. */
  isConfigured: boolean;
  /** Never throws. `sent` false: there is no mail server, or it did not take the mail. */
  send(letter: Letter): Promise<{ sent: boolean }>;
  close(): void;
}

const WAIT_MS = 15_000;

/** The server is the operator's own choice, so no rule for outgoing calls holds it back: it may well be a private address. */
export function createMail({ smtpUrl, from, logger }: { smtpUrl: URL | undefined; from: string | undefined; logger: Logger }): Mail {
  if (smtpUrl === undefined || from === undefined) return { isConfigured: false, send: async () => ({ sent: false }), close: () => undefined };
  let opening: Promise<Transport> | undefined;
  const open = () => {
    opening ??= import("nodemailer").then(({ createTransport }) => createTransport(settingsOf(smtpUrl)));
    return opening;
  };
  return {
    isConfigured: true,
    send: async ({ to, subject, text }) => {
      try {
        const transport = await open();
        // the address as such, not parsed: it cannot name a second one
        await transport.sendMail({ from, to: { name: "", address: to }, subject, text, disableFileAccess: true, disableUrlAccess: true });
        return { sent: true };
      } catch (error) {
        // what a server answers may quote the mail, and with it the link
        logger.error({ code: codeOf(error), server: smtpUrl.host }, "A mail could not be sent. Check SMTP_URL and MAIL_FROM.");
        return { sent: false };
      }
    },
    close: () => void opening?.then((transport) => transport.close()),
  };
}

type Transport = ReturnType<typeof import("nodemailer").createTransport>;

function settingsOf({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === "smtps:";
  const host = hostname.replace(/^\[|\]$/g, "");
  const auth = username === "" ? {} : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } };
  return {
    ...{ host, port: port === "" ? (secure ? 465 : 587) : Number(port), secure, ...auth },
    // a password goes over TLS, or not at all
    requireTLS: !secure && username !== "" && !isLoopbackHost(host),
    ...{ connectionTimeout: WAIT_MS, greetingTimeout: WAIT_MS, socketTimeout: WAIT_MS, disableFileAccess: true, disableUrlAccess: true },
  };
}

function codeOf(error: unknown): string {
  const { code, responseCode } = error instanceof Error ? (error as Error & { code?: unknown; responseCode?: unknown }) : {};
  return [code, responseCode].filter((part) => part !== undefined).join(" ") || "unknown";
}
