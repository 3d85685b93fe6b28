import fs from 'node:fs';
import path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>;
}

type Paths = Readonly<Record<string, Readonly<Record<string, Operation | undefined>>>>;

const DOCUMENT = JSON.parse(fs.readFileSync(path.join(__dirname, '../../openapi.json'), 'utf8')) as { paths: Paths };
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true }).addSchema(DOCUMENT, 'openapi');
const validators = new Map<string, ValidateFunction>();

/** The most literal paths first: `/a/b` before `/a/{id}`. */
const TEMPLATES = Object.keys(DOCUMENT.paths)
  .sort((one, other) => one.split('{').length - other.split('{').length)
  .map(
    (template) =>
      [
        template,
        new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`),
      ] as const,
  );

/** Fails when an answer is not what the OpenAPI document says of it. What it does not document, it says nothing of. */
export function expectDocumented(method: string, url: string, status: number, body: string): void {
  const { pathname } = new URL(url);
  const [template] = TEMPLATES.find(([, pattern]) => pattern.test(pathname)) ?? [];
  const operation = template === undefined ? undefined : DOCUMENT.paths[template]?.[method.toLowerCase()];
  if (template === undefined || operation === undefined) return;
  const name = `${method} ${template} → ${status}`;
  const response = operation.responses[status];
  if (response === undefined && status < 300) throw new Error(`${name} is not documented.`);
  if (response?.content?.['application/json'] === undefined) return;
  const validate = validatorOf(template, method, status);
  if (!validate(JSON.parse(body)))
    throw new Error(`${name} is not as documented: ${ajv.errorsText(validate.errors)}\n${body}`);
}

function validatorOf(template: string, method: string, status: number): ValidateFunction {
  const parts = [
    'paths',
    template,
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    'application/json',
    'schema',
  ];
  const pointer = parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `openapi#/${pointer}` });
  validators.set(pointer, validate);
  return validate;
}
