import { chmod, open, readFile } from "node:fs/promises";
import { createSecret } from "./secrets.ts";

/**
 * The token that scripts of the owner send as `Authorization: Bearer`: made on the first start, readable by its owner alone. A file that
 * others could read is closed again.
 */
export async function openTokenFile(file: string): Promise<string> {
  try {
    const handle = await open(file, "wx", 0o600);
    try {
      const token = createSecret();
      await handle.writeFile(`${token}\n`);
      await handle.sync();
      return token;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  await chmod(file, 0o600);
  const token = (await readFile(file, "utf8")).trim();
  if (token.length < 20) throw new Error(`The token in ${file} is too short to be one. Delete the file: a start makes a new one.`);
  return token;
}
