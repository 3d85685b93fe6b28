import {
  DIALECT_NAMES,
  type DialectName,
  type GrantContext,
  type GrantDecision,
  type GrantOptions,
  type TokenGrant,
} from '@gatehouse/grant-sdk';
import type { Form } from './form';
import { type GrantParameter, grantParameters } from './grant-parameters';
import { readParameters } from './read-parameters';

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
    /** Came with the service, and is no team's own. */
    readonly ours: boolean,
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
  readParameters(form: Form): Promise<object> {
    return readParameters(this.options.params, this.parameters, form);
  }

  async decide(context: GrantContext<object>): Promise<GrantDecision> {
    return this.grant.decide(context);
  }
}
