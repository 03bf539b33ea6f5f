/** The provider did something that does not let anybody in. The message continues "The provider cannot be used: " and holds no secret. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
}
