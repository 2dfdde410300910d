CREATE TABLE teacher (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  email VARCHAR(200) NOT NULL UNIQUE
);
CREATE TABLE course (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title VARCHAR(100) NOT NULL,
  credits INTEGER NOT NULL CHECK (credits > 0),
  teacher_id INTEGER NOT NULL REFERENCES teacher(id)
);
CREATE INDEX course_teacher_idx ON course(teacher_id);
CREATE TABLE student (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name VARCHAR(100) NOT NULL,
  email VARCHAR(200) NOT NULL UNIQUE,
  enrolled_on DATE NOT NULL
);
CREATE TABLE enrollment (
  student_id INTEGER NOT NULL REFERENCES student(id),
  course_id INTEGER NOT NULL REFERENCES course(id),
  semester CHAR(5) NOT NULL,
  grade NUMERIC(3,1) CHECK (grade BETWEEN 0 AND 10),
  PRIMARY KEY (student_id, course_id, semester)
);
CREATE INDEX enrollment_course_idx ON enrollment(course_id);
CREATE TABLE room (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name VARCHAR(20) NOT NULL UNIQUE,
  seats INTEGER NOT NULL CHECK (seats > 0)
);
CREATE TABLE lesson (
  id INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  course_id INTEGER NOT NULL REFERENCES course(id),
  room_id INTEGER NOT NULL REFERENCES room(id),
  weekday SMALLINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
  starts_at TIME NOT NULL,
  ends_at TIME NOT NULL,
  CHECK (ends_at > starts_at),
  UNIQUE (room_id, weekday, starts_at)
);
CREATE INDEX lesson_course_idx ON lesson(course_id);
