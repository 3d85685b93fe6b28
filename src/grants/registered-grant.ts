import {
  DIALECT_NAMES,
  type DialectName,
  type GrantContext,
  type GrantDecision,
  type GrantOptions,
  type TokenGrant,
} from '@gatehouse/grant-sdk';
import { DECORATORS } from '@nestjs/swagger';
import { getMetadataStorage, validate, ValidationTypes } from 'class-validator';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from './form';

/** A grant that the service offers: what its decorator said, and how its parameters are read. */
export class RegisteredGrant {
  readonly type: string;
  readonly names: readonly string[];
  readonly dialects: readonly DialectName[];
  readonly publicClients: boolean;
  readonly summary: string;
  readonly example: Readonly<Record<string, string>>;
  readonly parameters: readonly GrantParameter[];

  constructor(
    private readonly options: GrantOptions<object>,
    private readonly grant: TokenGrant<object>,
  ) {
    this.type = options.type;
    this.names = [options.type, ...(options.aliases ?? [])];
    this.dialects = options.dialects ?? DIALECT_NAMES;
    this.publicClients = options.publicClients;
    this.summary = options.summary;
    this.example = options.example ?? {};
    this.parameters = grantParameters(options.params);
  }

  /**
   * Picks the grant's own parameters out of the form; others are ignored (RFC 6749 section 3.2).
   * @throws {GatehouseError} `invalid_request` that names all faulty ones
   */
  async readParameters(form: Form): Promise<object> {
    const params = new this.options.params();
    for (const { name } of this.parameters) {
      const value = form.get(name);
      if (value !== undefined) Object.assign(params, { [name]: value });
    }
    const faults = this.parameters.length === 0 ? [] : await validate(params, { stopAtFirstError: true });
    if (faults.length > 0) {
      const messages = faults.flatMap(({ constraints = {} }) => Object.values(constraints));
      throw new GatehouseError('invalid_request', `${messages.join('; ')}.`);
    }
    return params;
  }

  async decide(context: GrantContext<object>): Promise<GrantDecision> {
    return this.grant.decide(context);
  }
}

/** A parameter that a grant reads. */
export interface GrantParameter {
  readonly name: string;
  readonly required: boolean;
  /** What @ApiProperty says of it, if anything. */
  readonly description: string | undefined;
}

/** The properties of a parameter class that carry a class-validator decorator: the others are never filled. */
export function grantParameters(params: new () => object): GrantParameter[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(params, '', false, false);
  const optional = new Set(
    metadata
      .filter(({ type }) => type === ValidationTypes.CONDITIONAL_VALIDATION)
      .map(({ propertyName }) => propertyName),
  );
  return [...new Set(metadata.map(({ propertyName }) => propertyName))].map((name) => ({
    name,
    required: !optional.has(name),
    description: descriptionOf(params, name),
  }));
}

function descriptionOf(params: new () => object, property: string): string | undefined {
  const documented: unknown = Reflect.getMetadata(
    DECORATORS.API_MODEL_PROPERTIES,
    params.prototype as object,
    property,
  );
  const described = typeof documented === 'object' && documented !== null && 'description' in documented;
  return described && typeof documented.description === 'string' ? documented.description : undefined;
}
