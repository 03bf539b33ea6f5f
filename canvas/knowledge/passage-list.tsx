import { Link } from "react-router";
import { type CitedPassage, citationsIn } from "./cited-passages.ts";
import { documentAddress } from "./knowledge-address.ts";

/** Passages with their sources, each leading to its place in its document. */
export function PassageList({ label, passages }: { label: string; passages: readonly CitedPassage[] }) {
  return (
    <ol aria-label={label} className="flex flex-col gap-2.5">
      {passages.map((passage, index) => (
        <li key={passage.chunk} className="flex min-w-0 gap-2 text-xs">
          <span className="shrink-0 text-ink-faint tabular-nums">[{index + 1}]</span>
          <div className="min-w-0 flex-1">
            <p className="flex min-w-0 items-baseline gap-2">
              <SourceLink passage={passage} />
              <span className="ml-auto shrink-0 text-2xs text-ink-faint tabular-nums" title="Relevance">
                {Math.round(passage.relevance * 100)} %
              </span>
            </p>
            <p className="wrap-anywhere mt-0.5 line-clamp-6 whitespace-pre-line leading-5">{passage.text}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

/** What an answer cites, below it. */
export function Citations({ answer, searches }: { answer: string; searches: readonly (readonly CitedPassage[])[] }) {
  const citations = citationsIn(answer, searches);
  if (citations.length === 0) return null;
  return (
    <section aria-label="Sources" className="flex flex-col gap-1 border-line border-l-2 pl-3 text-xs">
      <h3 className="font-medium text-ink-muted">Sources</h3>
      <ol className="flex flex-col gap-1">
        {citations.map(({ number, passage }) => (
          <li key={passage.chunk} className="flex min-w-0 gap-2" title={passage.text.slice(0, 500)}>
            <span className="shrink-0 text-ink-faint tabular-nums">[{number}]</span>
            <SourceLink passage={passage} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function SourceLink({ passage: { document, page, headings, chunk } }: { passage: CitedPassage }) {
  const under = headings.filter((heading) => heading !== document.title);
  const place = [...(page === null ? [] : [`page ${page}`]), ...(under.length > 0 ? [under.join(" › ")] : [])].join(", ");
  return (
    <span className="flex min-w-0 flex-1">
      <Link to={documentAddress(document.id, chunk)} className="truncate font-medium text-accent underline-offset-2 hover:underline">
        {document.title}
      </Link>
      {place !== "" && <span className="max-w-1/2 shrink-0 truncate text-ink-faint">, {place}</span>}
    </span>
  );
}
