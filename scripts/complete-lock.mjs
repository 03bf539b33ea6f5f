// Run after `npm install`. npm leaves packages out of package-lock.json when the registry it asked has none for that platform, and `npm ci` of npm 11 then refuses
// the file on every machine. This writes them back: a name, a version and a platform are all that is needed to skip or to fetch them.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { say, script } from "./support/console.mjs";
import { isMain, root } from "./support/paths.mjs";

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], optionalDependencies?: Record<string, string> }} LockedPackage */

const systems = ["aix", "android", "darwin", "freebsd", "linux", "netbsd", "openbsd", "openharmony", "sunos", "win32"];
const processors = ["arm", "arm64", "ia32", "loong64", "mips64el", "ppc64", "riscv64", "s390x", "wasm32", "x64"];

/**
 * The optional packages that the lockfile ought to name and does not.
 * @param {Record<string, LockedPackage>} packages
 * @returns {Record<string, LockedPackage>} what to add, by path
 */
export function missingPlatformPackages(packages) {
  /** @type {Record<string, LockedPackage>} */
  const missing = {};
  for (const [path, { dev, optionalDependencies = {} }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (packages[`${path}/node_modules/${name}`] !== undefined || packages[`node_modules/${name}`] !== undefined) continue;
      missing[`node_modules/${name}`] = { version, ...(dev === true ? { dev } : {}), optional: true, ...platformOf(name) };
    }
  }
  return missing;
}

/**
 * Such packages are named for their platform.
 * @param {string} name such as @biomejs/cli-linux-x64-musl
 */
function platformOf(name) {
  const words = name.split(/[-/]/);
  const os = systems.filter((system) => words.includes(system));
  const cpu = processors.filter((processor) => words.includes(processor));
  return { ...(os.length > 0 ? { os } : {}), ...(cpu.length > 0 ? { cpu } : {}) };
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const file = join(root, "package-lock.json");
    const lock = JSON.parse(readFileSync(file, "utf8"));
    const missing = missingPlatformPackages(lock.packages);
    const sorted = Object.entries({ ...lock.packages, ...missing }).sort(([a], [b]) => a.localeCompare(b, "en"));
    writeFileSync(file, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
    say(`${Object.keys(missing).length} packages of other platforms added to package-lock.json`);
  });
}
