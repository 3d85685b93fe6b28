/** What applying a world did. */
export class SeedReport {
  /** `client demo-client` */
  readonly created: string[] = [];
  readonly changed: string[] = [];
  /** What differs from the file and was left as it is: `client demo-client: displayName, secret`. */
  readonly different: string[] = [];
  /** Shown once; afterwards only their hashes are known. */
  readonly generatedSecrets = new Map<string, string>();
}
