/** Bytes of memory that code of one node may hold. */
export const SANDBOX_MEMORY_BYTES = 64 * 1024 * 1024;
/** Bytes of JSON that code of one node may yield. */
export const SANDBOX_OUTPUT_BYTES = 8 * 1024 * 1024;
