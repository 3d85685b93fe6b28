import type { OpenAPIObject } from '@nestjs/swagger';
import type { Dialect } from '../auth/dialect';
import { ENGINE_PARAMETER_NAMES } from '../grants/engine-parameters';
import type { RegisteredGrant } from '../grants/registered-grant';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;
type Body = Exclude<NonNullable<Operation['requestBody']>, { $ref: string }>;
type Schema = Exclude<NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string], { $ref: string }>;

/** The engine reads these for every grant. */
const OF_EVERY_GRANT = ['client_id', 'client_secret', ...ENGINE_PARAMETER_NAMES];

/**
 * Makes the form of a dialect's token endpoints one in which a person can use every grant. Swagger UI draws `oneOf` as raw text,
 * so there is one form: each field says which grants read it, and an example of each grant can be picked.
 */
export function describeTokenForms(
  document: OpenAPIObject,
  dialect: Dialect,
  grants: readonly RegisteredGrant[],
): void {
  const forms = new Set<Schema>();
  for (const path of dialect.tokenPaths) {
    const operation = document.paths[path]?.post;
    if (operation?.requestBody === undefined || '$ref' in operation.requestBody)
      throw new Error(`${path} has no form.`);
    operation.description = `${grantTable(grants)}\n\nIssuer of the tokens: \`${dialect.issuer}\`.`;
    addExamples(operation.requestBody, grants);
    forms.add(formSchema(document, operation.requestBody));
  }
  for (const form of forms) describeFields(form, grants);
}

function grantTable(grants: readonly RegisteredGrant[]): string {
  const rows = grants.map(({ names, summary }) => `| ${names.map((name) => `\`${name}\``).join(', ')} | ${summary} |`);
  return ['| grant_type | what it gives |', '| --- | --- |', ...rows].join('\n');
}

function addExamples({ content }: Body, grants: readonly RegisteredGrant[]): void {
  for (const media of Object.values(content)) {
    media.examples = Object.fromEntries(
      grants.map(({ type, summary, example }) => [type, { summary, value: { grant_type: type, ...example } }]),
    );
  }
}

function formSchema(document: OpenAPIObject, { content }: Body): Schema {
  const reference = content['application/x-www-form-urlencoded']?.schema;
  const name = reference && '$ref' in reference ? reference.$ref.split('/').at(-1) : undefined;
  const schema = name === undefined ? undefined : document.components?.schemas?.[name];
  if (schema === undefined || '$ref' in schema) throw new Error('The form of a token endpoint is a class of its own.');
  return schema;
}

function describeFields(schema: Schema, grants: readonly RegisteredGrant[]): void {
  const fields = (schema.properties ??= {});
  for (const { name, description } of grants.flatMap(({ parameters }) => parameters)) {
    fields[name] ??= { type: 'string', ...(description === undefined ? {} : { description }) };
  }
  for (const [name, field] of Object.entries(fields)) {
    if ('$ref' in field) continue;
    // Swagger UI would fill in "string", and send it.
    if (name !== 'grant_type') field.example = '';
    if (name === 'grant_type') field.enum = grants.flatMap(({ names }) => names);
    else field.description = `${field.description ?? ''}${readers(name, grants)}`.trim();
  }
}

/** ` Required by a, b. Optional for c.` */
function readers(name: string, grants: readonly RegisteredGrant[]): string {
  if (OF_EVERY_GRANT.includes(name)) return '';
  const reading = (required: boolean) =>
    grants
      .filter(({ parameters }) =>
        parameters.some((parameter) => parameter.name === name && parameter.required === required),
      )
      .map(({ type }) => `\`${type}\``)
      .join(', ');
  const [requiring, optional] = [reading(true), reading(false)];
  if (requiring === '' && optional === '') return ' Not read by any grant yet.';
  return `${requiring && ` Required by ${requiring}.`}${optional && ` Optional for ${optional}.`}`;
}
