import { createContext, useContext } from "react";

/** The control of the field around it, and the ids of its help and of what is wrong. */
export const FieldText = createContext<{ control: string | undefined; ids: string | undefined }>({ control: undefined, ids: undefined });

/** What describes a control to those who do not see it: the texts of its field. */
export function useDescribedBy(id: string | undefined): string | undefined {
  const { control, ids } = useContext(FieldText);
  return id !== undefined && id === control ? ids : undefined;
}
