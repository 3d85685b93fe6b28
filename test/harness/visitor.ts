import { parseSetCookie } from 'cookie';

/** A page or redirect that a visitor stands before. */
export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where it was got. */
  readonly url: URL;
  /** Where a redirect leads that was not followed, because it leaves the service. */
  readonly leftTo: URL | undefined;
}

/** A person with a browser without JavaScript: keeps cookies, follows redirects within the service, sends its forms. */
export class Visitor {
  readonly cookies = new Map<string, string>();

  constructor(private readonly base: string) {}

  open(target: string, headers: Record<string, string> = {}): Promise<Visit> {
    return this.go(new URL(target, this.base), { headers });
  }

  /** Sends the page's form with its hidden fields, `fields`, and what the button with that name and value adds. */
  submit(visit: Visit, fields: Record<string, string>): Promise<Visit> {
    const { action, hidden } = formOf(visit.text);
    return this.post(new URL(action, visit.url), { ...hidden, ...fields });
  }

  post(url: URL | string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Visit> {
    return this.go(new URL(url, this.base), {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  }

  private async go(url: URL, init: RequestInit): Promise<Visit> {
    const response = await fetch(url, {
      ...init,
      headers: { ...this.cookieHeader(), ...init.headers },
      redirect: 'manual',
    });
    this.keepCookies(response.headers);
    const text = await response.text();
    const location = response.headers.get('location');
    const next = location === null ? undefined : new URL(location, url);
    if (next?.origin === url.origin) return this.go(next, {});
    return { status: response.status, headers: response.headers, text, url, leftTo: next };
  }

  private cookieHeader(): Record<string, string> {
    if (this.cookies.size === 0) return {};
    return { Cookie: [...this.cookies].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ') };
  }

  private keepCookies(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const { name, value, expires } = parseSetCookie(line);
      if (expires !== undefined && expires.getTime() < Date.now()) this.cookies.delete(name);
      else this.cookies.set(name, value ?? '');
    }
  }
}

/** The action and hidden fields of the one form of a page. */
export function formOf(html: string): { action: string; hidden: Record<string, string> } {
  const [, action, body] = /<form method="post" action="([^"]*)">(.*)<\/form>/s.exec(html) ?? [];
  if (action === undefined || body === undefined) throw new Error(`The page has no form:\n${html}`);
  const hidden = [...body.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return {
    action: unescapeHtml(action),
    hidden: Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, unescapeHtml(value)])),
  };
}

/** The links of a page, by their text. */
export function linksOf(html: string): Map<string, string> {
  const links = [...html.matchAll(/<a href="([^"]*)">(.*?)<\/a>/gs)];
  return new Map(links.map(([, href = '', text = '']) => [plainText(text), unescapeHtml(href)]));
}

/** The heading of a page. */
export function titleOf({ text }: Visit): string {
  return plainText(/<h1>(.*?)<\/h1>/s.exec(text)?.[1] ?? '');
}

/** What a page says, without its markup. */
export function plainText(html: string): string {
  return unescapeHtml(
    html
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", amp: '&' };

function unescapeHtml(text: string): string {
  return text.replace(/&(lt|gt|quot|#39|amp);/g, (_whole, entity: string) => ENTITIES[entity] ?? '');
}
