/** What each page shows. All text is escaped by the templates. */
interface PageModels {
  domain: {
    readonly clientName: string;
    readonly domains: readonly { readonly name: string; readonly displayName: string; readonly href: string }[];
    /** To log in with a domain that is not listed. */
    readonly otherHref: string;
  };
  login: {
    readonly clientName: string;
    readonly domain: { readonly name: string; readonly displayName: string } | undefined;
    /** To the choice of domains, if there is one. */
    readonly changeDomainHref: string | undefined;
    readonly username: string;
    /** Why the last try failed. */
    readonly fault: string | undefined;
    /** Under which the full reason is in the audit trail. */
    readonly requestId: string;
    readonly action: string;
  };
  account: {
    readonly clientName: string;
    readonly account: string;
    readonly continueHref: string;
    readonly otherHref: string;
  };
  consent: {
    readonly clientName: string;
    readonly clientOrg: string;
    readonly account: string;
    readonly orgName: string;
    /** In words. */
    readonly permissions: readonly string[];
    readonly scope: string;
    readonly action: string;
  };
  logout: { readonly account: string; readonly clientName: string | undefined; readonly action: string };
  'signed-out': { readonly everywhere: boolean };
  error: {
    readonly title: string;
    readonly message: string;
    readonly remedy: string;
    readonly requestId: string;
    /** Where the same can be tried again. */
    readonly retryHref: string | undefined;
  };
}

export interface PageBrand {
  readonly displayName: string;
  readonly logo: string | null;
}

export type Page = {
  [Name in keyof PageModels]: {
    readonly name: Name;
    readonly model: PageModels[Name];
    /** HTTP status; 200 unless told. */
    readonly status?: number;
    readonly retryAfterSeconds?: number | undefined;
    /** Whose page it is; absent: nobody's in particular. */
    readonly brand?: PageBrand | undefined;
    /** Where a form of the page may lead in the end, after redirects. */
    readonly leadsTo?: string | undefined;
  };
}[keyof PageModels];
