const PREFIX = "heddle-shell-";

/** The cache of a build. */
export function cacheOf(build: string): string {
  return PREFIX + build;
}

/** Of the caches there are, oldest first, our own: the current one, then from the newest on. */
export function ownCaches(names: readonly string[], current: string): string[] {
  return [current, ...names.filter((name) => name.startsWith(PREFIX) && name !== current).reverse()];
}

/** Those that no window needs any more. The build before stays: windows that were open when this one came still load its files. */
export function outdatedCaches(names: readonly string[], current: string): string[] {
  return ownCaches(names, current).slice(2);
}
