const DATA_IMAGE = /^data:image\/(?:png|jpeg|webp|gif|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Why the URL cannot be an org's logo; undefined if it can. Browsers fetch it, this service never does. */
export function logoFault(url: string): string | undefined {
  if (DATA_IMAGE.test(url)) return undefined;
  if (!URL.canParse(url)) return 'must be an absolute URL';
  const { protocol, username, password } = new URL(url);
  if (protocol !== 'https:') return 'must be https, or a data URL of an image in base64';
  if (username !== '' || password !== '') return 'must have no user name';
  return undefined;
}
