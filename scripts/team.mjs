// `npm run team`: switches the server that is running here from one user to accounts, and prints the link that makes the first owner.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Failure, say, script } from "./support/console.mjs";
import { isMain } from "./support/paths.mjs";

const waitMs = 10_000;

/**
 * Asks the running server. Throws Failure with what to do when there is none, or when it says no.
 * @param {string} directory the data directory
 * @returns {Promise<{ url: string, ownerUrl: string | null }>}
 */
export async function switchToTeam(directory) {
  const { url } = JSON.parse(read(directory, "server.json"));
  const token = read(directory, "token").trim();
  const response = await fetch(`${url}/api/installation/team`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(waitMs),
    redirect: "error",
  }).catch((error) => {
    throw new Failure(`Heddle does not answer at ${url} (${error instanceof Error ? error.message : String(error)}). Start it first: npm start`);
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Failure(`Heddle at ${url} did not switch: ${answer.detail ?? `it answered ${response.status}`}`);
  return { url, ownerUrl: answer.ownerUrl };
}

/**
 * @param {string} directory
 * @param {string} name
 */
function read(directory, name) {
  try {
    return readFileSync(join(directory, name), "utf8");
  } catch {
    throw new Failure(
      `No Heddle is running on ${directory}. Start it first, in another terminal: npm start\n(With another data directory, set HEDDLE_DATA for both.)`,
    );
  }
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const { url, ownerUrl } = await switchToTeam(resolve(process.env.HEDDLE_DATA || "./.heddle"));
    say("Heddle has accounts now: everybody signs in, also on this machine.");
    if (ownerUrl === null) say(`There is an owner already. Sign in: ${url}/sign-in`);
    else say(`Make the first account, the owner's, with this link. It works once, for 15 minutes:\n\n  ${ownerUrl}\n`);
  });
}
