import { createContext, useContext } from "react";

/** The control of the field around it, the ids of its help and of what is wrong, and whether something is. */
export const FieldText = createContext<{ control: string | undefined; ids: string | undefined; isWrong: boolean }>({
  control: undefined,
  ids: undefined,
  isWrong: false,
});

/** What a control takes from its field: what describes it to those who do not see it, and whether something is wrong with its value. */
export function useFieldText(id: string | undefined): { describedBy: string | undefined; isWrong: boolean } {
  const { control, ids, isWrong } = useContext(FieldText);
  return id !== undefined && id === control ? { describedBy: ids, isWrong } : { describedBy: undefined, isWrong: false };
}
