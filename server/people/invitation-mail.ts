/** Names are what people chose: in a mail they stay on one line. */
const oneLine = (text: string) => text.replaceAll(/\s+/g, " ").slice(0, 200);

export function invitationMail({ to, from, workspace, url }: { to: string; from: string; workspace: string; url: string }): {
  to: string;
  subject: string;
  text: string;
} {
  return {
    to,
    subject: `Join ${oneLine(workspace)} on Heddle`,
    text: [
      `${oneLine(from)} invites you to work in "${oneLine(workspace)}" on Heddle.`,
      `Open this link to join. It works once, for seven days:\n${url}`,
      "If you did not expect this, delete it: nothing happens.",
    ].join("\n\n"),
  };
}
