/** The parameters of a token request: each name once, none empty. */
export type Form = ReadonlyMap<string, string>;
