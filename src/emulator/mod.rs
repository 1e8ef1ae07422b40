//! An imitation of the clouds over real HTTP. Written from the vendors' documents, sharing no logic with the clients.
