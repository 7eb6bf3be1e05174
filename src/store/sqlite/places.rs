//! Known places in SQLite: one row each.

use async_trait::async_trait;
use rusqlite::{Row, TransactionBehavior, params};

use super::{Durability, Sqlite};
use crate::clock::Timestamp;
use crate::store::{PlaceStore, Unavailable};
use crate::throttle::{AccountKey, KNOWN_FOR, KNOWN_PLACES, Place};

const KNOWN: &str = "SELECT place, last FROM places WHERE account = ?1 AND last > ?2";
const NOTE: &str = "INSERT INTO places (account, place, last) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, place) DO UPDATE SET last = max(last, excluded.last)";
const PURGE: &str = "DELETE FROM places WHERE last <= ?1";
const KEEP_LATEST: &str = "DELETE FROM places WHERE account = ?1 AND place NOT IN
    (SELECT place FROM places WHERE account = ?1 ORDER BY last DESC LIMIT ?2)";

#[async_trait]
impl PlaceStore for Sqlite {
    async fn known(&self, account: &AccountKey, now: Timestamp) -> Result<Vec<(Place, Timestamp)>, Unavailable> {
        let (account, since) = (*account, (now - KNOWN_FOR).as_millis());
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(KNOWN)?;
            let place = |row: &Row<'_>| Ok((Place::from_bytes(row.get(0)?), Timestamp::from_millis(row.get(1)?)));
            Ok(statement.query_map(params![account.as_bytes(), since], place)?.collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn note(&self, account: &AccountKey, place: &Place, now: Timestamp) -> Result<(), Unavailable> {
        let (account, place) = (*account, place.clone());
        self.write(Durability::Crash, move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let row = params![account.as_bytes(), place.as_bytes(), now.as_millis()];
            transaction.prepare_cached(NOTE)?.execute(row)?;
            transaction.prepare_cached(PURGE)?.execute([(now - KNOWN_FOR).as_millis()])?;
            transaction.prepare_cached(KEEP_LATEST)?.execute(params![account.as_bytes(), KNOWN_PLACES])?;
            Ok(transaction.commit()?)
        })
        .await
    }
}
