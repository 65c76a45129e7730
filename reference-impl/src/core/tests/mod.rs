//! Tests of the core: commands in, results and deliveries out.

mod conferences;
mod credentials;
mod fixture;
mod invite;
mod join;
mod keeping;
mod kick;
mod messages;
mod model;
mod permissions;
mod sessions;
mod subscriptions;
