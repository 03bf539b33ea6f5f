import { ScanSearch } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { readGraph } from "#server/contract/graphs.ts";
import { useApi } from "../api/queries.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEditor } from "../document/editor-context.ts";
import { calledGraph } from "../subgraphs/call-type.ts";
import { Button } from "../ui/button.tsx";
import { toolInputOf } from "./tool-nodes.ts";

const OpenCapabilities = lazy(async () => ({ default: (await import("./open-capabilities.tsx")).OpenCapabilities }));
const CrewCapabilities = lazy(async () => ({ default: (await import("./crew-capabilities.tsx")).CrewCapabilities }));
const LibraryCapabilities = lazy(async () => ({ default: (await import("./library-capabilities.tsx")).LibraryCapabilities }));

/** Shows what an agent can do: of a node that calls tools, of the members of one that has some, and of one that runs an agent of the library. */
export function CapabilityButton({ node }: { node: GraphNode }) {
  const references = useReferences();
  const { graphId } = useEditor();
  const [isOpen, setOpen] = useState(false);
  const called = calledGraph(node);
  const summary = useApi(readGraph, { params: { id: called ?? graphId } }, { enabled: called !== undefined });
  const isLibrary = called !== undefined && summary.data?.kind === "agent";
  const isCrew = catalog.get(node.type)?.hasMembers === true;
  if (!isLibrary && !isCrew && toolInputOf(node, references) === undefined) return null;
  const close = () => setOpen(false);
  return (
    <>
      <Button size="small" className="self-start" icon={<ScanSearch size={13} aria-hidden />} onClick={() => setOpen(true)}>
        What it can do
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          {isLibrary && called ? (
            <LibraryCapabilities agent={called} onClose={close} />
          ) : isCrew ? (
            <CrewCapabilities node={node} onClose={close} />
          ) : (
            <OpenCapabilities node={node} onClose={close} />
          )}
        </Suspense>
      )}
    </>
  );
}
