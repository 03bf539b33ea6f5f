import { expect, test } from "vitest";
import { createParserPlaces } from "./parser-places.ts";

const { signal } = new AbortController();

test("so many are in at once, the others follow in turn, and who leaves takes no place", async () => {
  const places = createParserPlaces(2);
  const [first] = [await places.take(signal), await places.take(signal)];
  const entered: string[] = [];
  const leaving = new AbortController();
  const gone = places.take(leaving.signal).then(() => entered.push("gone"));
  const third = places.take(signal).then((release) => {
    entered.push("third");
    return release;
  });
  const fourth = places.take(signal).then(() => entered.push("fourth"));
  leaving.abort(new Error("not wanted"));
  await expect(gone).rejects.toThrow("not wanted");
  expect(entered).toEqual([]);
  first();
  (await third)();
  await fourth;
  expect(entered).toEqual(["third", "fourth"]);
});
