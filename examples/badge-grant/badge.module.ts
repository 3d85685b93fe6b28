import { Module } from '@nestjs/common';
import { BadgeGrant } from './badge.grant';
import { BadgeStore } from './badge.store';

/** All that the service needs to offer the grant: a module that provides it. */
@Module({ providers: [BadgeGrant, BadgeStore] })
export class BadgeModule {}
