/** Below this zoom cards and wires are drawn without text (810 cards in view: 17 frames a second with it). */
export const FAR_ZOOM = 0.4;
