/**
 * Words by which a program or a JSONata expression may reach a clock or a source of chance, or a name put together while it runs. JavaScript:
 * `Date`, `Math.random`, `crypto`, `performance`, `Temporal`, `Intl.DateTimeFormat`; JSONata: `$now`, `$millis`, `$random`, `$shuffle`, `$eval`.
 */
const WORDS =
  /(?<![A-Za-z0-9_])(?:Date|DateTimeFormat|Temporal|random|crypto|performance|now|millis|shuffle|eval|Function|constructor|globalThis)(?![A-Za-z0-9_])/;
/** How a name can be written so that the words are not seen, or all of them are reached without naming one. */
const DISGUISES = /\\[ux]|\bMath\s*(?:\?\.)?\[/;

/** Whether a source yields the same for the same input, judged by its words: comments and texts count, so it errs on the side of running again. */
export function isRepeatable(source: string): boolean {
  return !WORDS.test(source) && !DISGUISES.test(source);
}
