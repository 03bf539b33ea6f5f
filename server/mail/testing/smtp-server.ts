import { createServer, type Socket } from "node:net";

export interface ReceivedMail {
  from: string;
  to: string[];
  /** Headers and body, as they came. */
  content: string;
  /** As it was sent: `user` and `password`. */
  login: string | undefined;
}

/** An SMTP server (RFC 5321, AUTH PLAIN) on a free port that keeps what it is given. */
export interface SmtpServer {
  url: URL;
  mails: ReceivedMail[];
  /** Refuses every mail from now on, quoting it. */
  refuse(): void;
  close(): Promise<void>;
}

export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = [];
  const sockets = new Set<Socket>();
  let isRefusing = false;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("close", () => sockets.delete(socket));
    converse(socket, { mails, isRefusing: () => isRefusing });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: new URL(`smtp://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`),
    mails,
    refuse: () => {
      isRefusing = true;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function converse(socket: Socket, { mails, isRefusing }: { mails: ReceivedMail[]; isRefusing: () => boolean }): void {
  let envelope = { from: "", to: [] as string[] };
  let login: string | undefined;
  let content: string[] | undefined;
  let rest = "";
  const say = (line: string) => socket.write(`${line}\r\n`);
  const addressIn = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? "";
  const command = (line: string) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === "EHLO") return say("250-test\r\n250-8BITMIME\r\n250 AUTH PLAIN");
    if (verb === "AUTH") {
      login = Buffer.from(line.split(" ")[2] ?? "", "base64")
        .toString("utf8")
        .split("\0")
        .slice(1)
        .join(":");
      return say("235 ok");
    }
    if (verb === "MAIL") envelope = { from: addressIn(line), to: [] };
    if (verb === "RCPT") envelope.to.push(addressIn(line));
    if (verb === "DATA") {
      content = [];
      return say("354 go on");
    }
    if (verb === "QUIT") return socket.end("221 bye\r\n");
    return say("250 ok");
  };
  const take = (line: string) => {
    if (!content) return command(line);
    if (line !== ".") return content.push(line.replace(/^\.\./, "."));
    const text = content.join("\n");
    content = undefined;
    if (isRefusing()) return say(`554 not wanted: ${text.replace(/\n/g, " ").slice(0, 400)}`);
    mails.push({ ...envelope, content: text, login });
    return say("250 taken");
  };
  say("220 test ESMTP");
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\r\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
}
