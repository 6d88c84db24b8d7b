use std::ffi::CStr;

/// What SQLite, the one compiled here, says to a query.
///
/// ```
/// assert_eq!(c_code::ask("select 6 * 7").unwrap(), "42");
/// ```
pub fn ask(query: &str) -> rusqlite::Result<String> {
    let db = rusqlite::Connection::open_in_memory()?;
    db.query_row(query, [], |row| row.get::<_, rusqlite::types::Value>(0)).map(|v| match v {
        rusqlite::types::Value::Integer(n) => n.to_string(),
        rusqlite::types::Value::Text(text) => text,
        other => format!("{other:?}"),
    })
}

/// The versions of both.
pub fn versions() -> String {
    let zlib = unsafe { CStr::from_ptr(libz_sys::zlibVersion()) };
    format!("sqlite {}, zlib {}", rusqlite::version(), zlib.to_str().unwrap())
}

/// The sum that zlib makes.
pub fn sum(data: &[u8]) -> u64 {
    unsafe { libz_sys::crc32(0, data.as_ptr(), data.len() as _) as u64 }
}
