import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper';
import { type DialectName, type GrantOptions, grantOptionsOf, type TokenGrant } from '@gatehouse/grant-sdk';
import { grantParameters } from './grant-parameters';
import { RegisteredGrant } from './registered-grant';
import { OperatorError } from '../errors/operator-error';

/** RFC 3986 section 4.3: a scheme, and something after it. */
const ABSOLUTE_URI = /^[a-z][a-z0-9+.-]*:[^\s#]+$/i;

/** Grants that cannot be offered: found at start, so that none fails at its first request. */
export class GrantRegistrationError extends OperatorError {
  constructor(readonly faults: readonly string[]) {
    super(`Gatehouse cannot start with these grants:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Finds every grant that any module provides, and looks them up by `grant_type`. */
@Injectable()
export class GrantTypeRegistry implements OnModuleInit {
  private readonly byName = new Map<string, RegisteredGrant>();

  constructor(private readonly discovery: DiscoveryService) {}

  onModuleInit(): void {
    const providers = this.discovery.getProviders();
    const ourModule = providers.find(({ metatype }) => metatype === GrantTypeRegistry)?.host;
    const faults: string[] = [];
    for (const wrapper of providers) {
      const options = wrapper.metatype ? grantOptionsOf(wrapper.metatype) : undefined;
      if (options === undefined) continue;
      const ours = wrapper.host === ourModule;
      const found = faultsOf(wrapper, options, ours);
      faults.push(...found.map((fault) => `${wrapper.name} (${options.type}): ${fault}`));
      const grant: unknown = wrapper.instance;
      if (isTokenGrant(grant)) this.register(new RegisteredGrant(options, grant, ours), faults);
    }
    if (faults.length > 0) throw new GrantRegistrationError(faults);
  }

  /** The grant of that name in that dialect. */
  find(name: string, dialect: DialectName): RegisteredGrant | undefined {
    const grant = this.byName.get(name);
    return grant?.dialects.includes(dialect) ? grant : undefined;
  }

  /** The grant of that name, whatever the dialects that offer it. */
  named(name: string): RegisteredGrant | undefined {
    return this.byName.get(name);
  }

  /** The grants of a dialect, each once, by type. */
  offeredIn(dialect: DialectName): RegisteredGrant[] {
    const all = [...new Set(this.byName.values())].filter(({ dialects }) => dialects.includes(dialect));
    return all.sort((one, other) => (one.type < other.type ? -1 : 1));
  }

  private register(grant: RegisteredGrant, faults: string[]): void {
    for (const name of grant.names) {
      if (this.byName.has(name)) faults.push(`two grants are named ${name}`);
      this.byName.set(name, grant);
    }
  }
}

function isTokenGrant(value: unknown): value is TokenGrant<object> {
  return typeof value === 'object' && value !== null && 'decide' in value && typeof value.decide === 'function';
}

function faultsOf(
  wrapper: InstanceWrapper,
  { type, aliases = [], params }: GrantOptions<object>,
  ours: boolean,
): string[] {
  const faults: string[] = [];
  if (!wrapper.isDependencyTreeStatic()) faults.push('is request-scoped; a grant is made once');
  else if (!isTokenGrant(wrapper.instance)) faults.push('has no decide()');
  for (const name of [type, ...aliases]) {
    if (!ours && !ABSOLUTE_URI.test(name)) faults.push(`its name ${name} is no absolute URI (RFC 6749 section 4.5)`);
  }
  const validated = grantParameters(params).map(({ name }) => name);
  for (const name of Object.keys(new params())) {
    if (!validated.includes(name)) faults.push(`its parameter ${params.name}.${name} has no validation`);
  }
  return faults;
}
