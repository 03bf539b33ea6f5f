import { SearchX } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { EmptyState } from "./empty-state.tsx";

export interface NothingFitsProps {
  title: string;
  text?: ReactNode;
  /** Takes the search and the filters away. */
  onShowAll?(): void;
}

/** In place of a list that the search or a filter left nothing of. */
export function NothingFits({ title, text, onShowAll }: NothingFitsProps) {
  return <EmptyState icon={<SearchX size={18} aria-hidden />} title={title} text={text} actions={onShowAll && <Button onClick={onShowAll}>Show all</Button>} />;
}
