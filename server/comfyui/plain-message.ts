const LONGEST = 1_000;
/** Absolute paths of Unix and Windows; what is kept is their last part. */
const PATHS = /(?<![\w/:])(?:[A-Za-z]:)?[/\\](?:[^\s'"<>|:/\\]+[/\\])+([^\s'"<>|:/\\]*)/g;

/** What a server said, for people: without its folders, without a traceback, and bounded. */
export function plainMessage(text: string): string {
  const [said = ""] = text.split(/\n?Traceback \(most recent call last\)/);
  return said.replace(PATHS, "$1").trim().slice(0, LONGEST);
}
