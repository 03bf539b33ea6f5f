/** What a share lets somebody do. */
export const LEVELS = [
  { value: "view", label: "May view" },
  { value: "edit", label: "May edit" },
] as const;
