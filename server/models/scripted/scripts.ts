import { readdirSync, readFileSync } from "node:fs";
import { type Script, scriptSchema } from "./script.ts";

const FOLDER = new URL("../scripts/", import.meta.url);

let read: ReadonlyMap<string, Script> | undefined;

/** The scripts that ship with Heddle, by the name of their file. */
export function shippedScripts(): ReadonlyMap<string, Script> {
  read ??= new Map(
    readdirSync(FOLDER)
      .filter((file) => file.endsWith(".json"))
      .sort()
      .map((file) => [file.slice(0, -".json".length), scriptSchema.parse(JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")))]),
  );
  return read;
}
