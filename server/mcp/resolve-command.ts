import { accessSync, constants, readFileSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { INHERIT, INHERITABLE, type StdioSettings } from "./connection-settings.ts";
import { couldNotStart } from "./failures.ts";

/** What is spawned, with nothing left to look up. */
export interface ResolvedCommand {
  command: string;
  arguments: string[];
  /** The whole environment of the process. */
  environment: Record<string, string>;
  workingDirectory: string;
}

/** Where placeholders lead; tests give another root. */
export interface Surroundings {
  /** The folder that holds `node_modules` and `templates`. */
  root: string;
  /** Heddle's own environment: read for `heddle:inherit` and to look up a program name. */
  environment: Record<string, string | undefined>;
}

const surroundingsOfHeddle: Surroundings = { root: fileURLToPath(new URL("../../", import.meta.url)), environment: process.env };

/**
 * Replaces the placeholders that let a template's connection work on any machine:
 * - command `heddle:node`: the Node binary that runs Heddle;
 * - argument `package:<npm name>`: the program of a package installed with Heddle, never outside that package's folder;
 * - argument or working directory `asset:<path>`: a file or folder below `templates/`, by a path from the repository, never outside it.
 * Throws the failure `network` (nothing happened) with advice when something does not exist.
 */
export function resolveCommand(settings: StdioSettings, surroundings: Surroundings = surroundingsOfHeddle): ResolvedCommand {
  const environment = resolveEnvironment(settings.environment, surroundings);
  return {
    command: resolveProgram(settings.command, environment.PATH ?? surroundings.environment.PATH ?? ""),
    arguments: settings.arguments.map((argument) => resolveArgument(argument, surroundings.root)),
    environment,
    workingDirectory: resolveWorkingDirectory(settings.workingDirectory, surroundings.root),
  };
}

function resolveEnvironment(given: Record<string, string>, surroundings: Surroundings): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const resolved = value === INHERIT ? (INHERITABLE.has(name) ? surroundings.environment[name] : undefined) : value;
    if (resolved !== undefined) environment[name] = resolved;
  }
  return environment;
}

function resolveProgram(command: string, path: string): string {
  if (command === "heddle:node") return process.execPath;
  // Where a name may lack its ending (.exe), the system does the look-up.
  if (process.platform === "win32") return command;
  const candidates = isAbsolute(command)
    ? [command]
    : path
        .split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, command));
  const found = candidates.find(isProgram);
  if (found) return found;
  throw couldNotStart({
    message: `The command "${command}" was not found.`,
    advice: isAbsolute(command)
      ? "Check that the file exists on the machine Heddle runs on and may be executed."
      : "Install the program on the machine Heddle runs on, or give its absolute path.",
  });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function resolveArgument(argument: string, root: string): string {
  if (argument.startsWith("package:")) return resolvePackage(argument.slice("package:".length), root);
  if (argument.startsWith("asset:")) return resolveAsset(argument.slice("asset:".length), root);
  return argument;
}

function resolveWorkingDirectory(given: string | undefined, root: string): string {
  if (given === undefined) return tmpdir();
  const folder = given.startsWith("asset:") ? resolveAsset(given.slice("asset:".length), root) : given;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw couldNotStart({ message: `The working directory "${folder}" is not a folder.`, advice: "Create it, or name another one." });
}

const packageName = /^(@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const packageFile = z.object({ bin: z.union([z.string(), z.record(z.string(), z.string())]) });

function resolvePackage(name: string, root: string): string {
  const problem = (message: string, cause?: unknown) =>
    couldNotStart({ message, advice: "Name a package that is installed with Heddle and brings exactly one program.", cause });
  if (!packageName.test(name)) throw problem(`"${name}" is not the name of an npm package.`);
  const folder = join(root, "node_modules", name);
  try {
    const { bin } = packageFile.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    const programs = typeof bin === "string" ? [bin] : Object.values(bin);
    const [program] = programs;
    if (program === undefined || programs.length !== 1) throw problem(`The package "${name}" brings ${programs.length} programs.`);
    return contained(join(folder, program), folder);
  } catch (error) {
    throw problem(`The package "${name}" is not installed or has no program to run.`, error);
  }
}

function resolveAsset(path: string, root: string): string {
  try {
    return contained(join(root, path), join(root, "templates"));
  } catch (error) {
    const advice = "Name a file or folder below templates/, by its path from Heddle's own folder.";
    throw couldNotStart({ message: `"asset:${path}" does not lead to anything that ships with Heddle.`, advice, cause: error });
  }
}

/** The real path, symbolic links followed on both sides. Throws when it does not exist or lies outside the folder. */
function contained(path: string, folder: string): string {
  const real = realpathSync(path);
  const inside = relative(realpathSync(folder), real);
  if (isAbsolute(inside) || inside === ".." || inside.startsWith(`..${sep}`)) throw new Error(`${path} leaves ${folder}.`);
  return real;
}
