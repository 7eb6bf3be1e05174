//! Known places in SQLite: one row each.

use async_trait::async_trait;
use rusqlite::{TransactionBehavior, params};

use super::{Durability, Sqlite};
use crate::clock::Timestamp;
use crate::store::{PlaceStore, Unavailable};
use crate::throttle::{AccountKey, KNOWN_FOR, KNOWN_PLACES, Place};

const KNOWS: &str = "SELECT 1 FROM places WHERE account = ?1 AND place = ?2 AND last > ?3";
const NOTE: &str = "INSERT INTO places (account, place, last) VALUES (?1, ?2, ?3)
    ON CONFLICT (account, place) DO UPDATE SET last = max(last, excluded.last)";
const PURGE: &str = "DELETE FROM places WHERE last <= ?1";
const KEEP_LATEST: &str = "DELETE FROM places WHERE account = ?1 AND place NOT IN
    (SELECT place FROM places WHERE account = ?1 ORDER BY last DESC LIMIT ?2)";

#[async_trait]
impl PlaceStore for Sqlite {
    async fn knows(&self, account: &AccountKey, place: &Place, now: Timestamp) -> Result<bool, Unavailable> {
        let (account, place) = (*account, place.clone());
        let since = (now - KNOWN_FOR).as_millis();
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(KNOWS)?;
            Ok(statement.exists(params![account.as_bytes(), place.as_bytes(), since])?)
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
