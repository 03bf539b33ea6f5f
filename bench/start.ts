import { openDatabase } from "#server/store/database/open-database.ts";
import { type BenchPlace, benchPlaces } from "./databases.ts";
import { type Benchmark, type Figure, figure, medianOf, time } from "./figure.ts";
import { answers, HEDDLE, startProcess } from "./process.ts";

export const BARE_PAGE = { program: new URL("./bare-page.ts", import.meta.url), ready: "/" };

/** Milliseconds from the spawn of `server/main.ts` to its first page; with a compile cache, as `npm start` has one. */
export const start: Benchmark = {
  name: "start",
  run: async ({ small }) => {
    const times = small ? 1 : 5;
    const reference = await medianOf(times, () => startOnce({ ...BARE_PAGE, page: "/" }));
    const against = "Express with one page, a process of its own";
    const figures: Record<string, Figure> = {};
    for (const place of await benchPlaces({ small })) {
      const name = place.nameOf("start");
      const given = { ...HEDDLE, environment: place.environment, page: "/" };
      const first = await startOnce(given);
      const value = small ? first : await medianOf(times, () => startOnce(given));
      const goal = { type: "at-most", of: "value", limit: place.kind === "postgres" ? 2_000 : 5_000 } as const;
      figures[name] = figure({ value, unit: "ms", reference, against, goal });
      figures[`${name}, on a new database`] = figure({ value: first, unit: "ms", reference, against, goal });
      if (place.kind === "pglite") figures[`${name}, the embedded database's share`] = await databaseShare(place, value);
      await place.dispose();
    }
    return figures;
  },
};

/** When the canvas is not built, `/` says so with 503: then the first page is the API's. */
async function startOnce({ page, ...given }: Parameters<typeof startProcess>[0] & { page: string }): Promise<number> {
  const running = await startProcess(given);
  const opened = await time(() => answers(running.url + page));
  await running.stop();
  return running.readyMs + opened;
}

async function databaseShare({ dataDirectory }: BenchPlace, whole: number): Promise<Figure> {
  const value = await time(async () => (await openDatabase({ dataDirectory })).close());
  return figure({ value, unit: "ms", reference: whole, against: "the whole start; here the database is opened and closed alone" });
}
