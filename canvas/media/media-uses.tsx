import { Link } from "react-router";
import { listAssetUses } from "#server/contract/assets.ts";
import { errorText } from "../api/api-problem.ts";
import { useApi } from "../api/queries.ts";
import { LoadError } from "../ui/load-error.tsx";
import { SkeletonRows } from "../ui/skeleton.tsx";
import { addressOf, holderText } from "./asset-words.ts";

/** What refers to a file. */
export function MediaUses({ hash }: { hash: string }) {
  const { data, error, isFetching, refetch } = useApi(listAssetUses, { params: { hash } });
  if (error) return <LoadError title="It could not be found out" text={errorText(error)} busy={isFetching} onRetry={() => void refetch()} />;
  if (!data) return <SkeletonRows rows={2} label="Loading where it is used" />;
  if (data.items.length === 0) return <p className="text-ink-muted text-sm">Nothing refers to it.</p>;
  return (
    <ul aria-label="Where it is used" className="max-h-40 divide-y divide-line overflow-y-auto rounded-md border border-line">
      {data.items.map((use) => {
        const address = addressOf(use);
        const name = use.name === "" ? use.id : use.name;
        return (
          <li key={`${use.holder}/${use.id}`} className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
            <span className="w-28 shrink-0 text-ink-muted text-xs">{holderText(use)}</span>
            {address === undefined ? (
              <span className="truncate">{name}</span>
            ) : (
              <Link to={address} className="truncate font-medium hover:text-accent">
                {name}
              </Link>
            )}
          </li>
        );
      })}
      {data.more && <li className="px-3 py-1.5 text-ink-muted text-sm">and more</li>}
    </ul>
  );
}
