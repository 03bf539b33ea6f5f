import { afterEach, describe, expect, it, vi } from "vitest";
import { silentLogger } from "../logger.ts";
import { createMail } from "./mail.ts";
import { type SmtpServer, startSmtpServer } from "./testing/smtp-server.ts";

const LINK = "https://heddle.example/reset/canary-token-of-the-link";
const letter = { to: "ada@example.org", subject: "Set a new password", text: `Open this:\n\n${LINK}\n` };
const from = "Heddle <heddle@example.org>";
let server: SmtpServer | undefined;

afterEach(async () => {
  await server?.close();
  server = undefined;
});

describe("createMail", () => {
  it("sends plain text, signed in at the server", async () => {
    server = await startSmtpServer();
    const url = new URL(server.url);
    url.username = "heddle";
    url.password = "p@ss/word";
    const mail = createMail({ smtpUrl: url, from, logger: silentLogger });
    expect(mail.isConfigured).toBe(true);
    expect(await mail.send(letter)).toEqual({ sent: true });
    mail.close();
    expect(server.mails).toMatchObject([{ from: "heddle@example.org", to: ["ada@example.org"], login: "heddle:p@ss/word" }]);
    expect(server.mails[0]?.content).toContain(LINK);
    expect(server.mails[0]?.content).toMatch(/^Content-Type: text\/plain/m);
  });

  it("adds nobody and no header, whatever is in an address or a subject", async () => {
    server = await startSmtpServer();
    const mail = createMail({ smtpUrl: server.url, from, logger: silentLogger });
    await mail.send({ ...letter, to: "ada@example.org, eve@example.org", subject: "Hello\r\nBcc: eve@example.org" });
    mail.close();
    expect(server.mails.flatMap(({ to }) => to)).not.toContain("eve@example.org");
    expect(server.mails.map(({ content }) => content).join()).not.toMatch(/^Bcc:/m);
  });

  it("tells that nothing was sent, and keeps the link out of the log", async () => {
    server = await startSmtpServer();
    server.refuse();
    const error = vi.fn();
    const mail = createMail({ smtpUrl: server.url, from, logger: { ...silentLogger, error } });
    expect(await mail.send(letter)).toEqual({ sent: false });
    mail.close();
    expect(error).toHaveBeenCalledTimes(1);
    expect(JSON.stringify(error.mock.calls)).toMatch(/554/);
    expect(JSON.stringify(error.mock.calls)).not.toContain("canary");
  });

  it("tells that there is no server", async () => {
    const none = createMail({ smtpUrl: undefined, from: undefined, logger: silentLogger });
    expect(none.isConfigured).toBe(false);
    expect(await none.send(letter)).toEqual({ sent: false });
    server = await startSmtpServer();
    const { url } = server;
    await server.close();
    const gone = createMail({ smtpUrl: url, from, logger: silentLogger });
    expect(await gone.send(letter)).toEqual({ sent: false });
    gone.close();
  });
});
