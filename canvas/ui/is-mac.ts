/** Whether keys are those of a Mac: Command for Ctrl, Option for Alt. */
export const isMac = typeof navigator !== "undefined" && /Mac|iPhone|iPad/.test(navigator.userAgent);
